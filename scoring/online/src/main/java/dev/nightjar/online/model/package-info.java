/**
 * The models that are served. {@link dev.nightjar.online.model.ServedModels} finds the one that
 * answers; {@link dev.nightjar.online.model.RegistryWatch} follows the aliases, and a version that
 * an alias has come to takes over only when it has been loaded and proven ({@link
 * dev.nightjar.online.model.ModelLoader}). No HTTP here.
 */
@NullMarked
package dev.nightjar.online.model;

import org.jspecify.annotations.NullMarked;
