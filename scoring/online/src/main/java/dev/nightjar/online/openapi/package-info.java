/**
 * The endpoint described for machines: {@link dev.nightjar.online.openapi.OpenApi} makes the
 * document of the models that are served, with schemas that know their fields. {@code ModelSchemas}
 * has what hangs on a model, {@code Protocol} what does not.
 */
@NullMarked
package dev.nightjar.online.openapi;

import org.jspecify.annotations.NullMarked;
