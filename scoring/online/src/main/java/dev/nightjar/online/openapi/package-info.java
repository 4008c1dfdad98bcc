@NullMarked
package dev.nightjar.online.openapi;

import org.jspecify.annotations.NullMarked;
