/**
 * The endpoint's page in a browser: {@link dev.nightjar.online.page.PageTest} does what a person
 * does and looks at what such a person sees, through {@link dev.nightjar.online.page.Browser}.
 */
@NullMarked
package dev.nightjar.online.page;

import org.jspecify.annotations.NullMarked;
