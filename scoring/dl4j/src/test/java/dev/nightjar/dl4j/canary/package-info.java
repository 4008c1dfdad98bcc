/**
 * Classes that leave a trace when they are initialised, made or deserialized. A hostile bundle
 * names them wherever a library could be made to load a class; none may ever run.
 */
@NullMarked
package dev.nightjar.dl4j.canary;

import org.jspecify.annotations.NullMarked;
