/**
 * What scoring needs of a deep learning library, as interfaces that the library's own leaf
 * implements and {@link java.util.ServiceLoader} finds: a {@link dev.nightjar.engine.Reference}
 * runs a bundle's middle stages, an {@link dev.nightjar.engine.Engine} its network alone, a {@link
 * dev.nightjar.engine.Packager} makes a bundle from training's artifacts. Which engine, and on what
 * device, a {@link dev.nightjar.engine.Placement} decides.
 */
@NullMarked
package dev.nightjar.engine;

import org.jspecify.annotations.NullMarked;
