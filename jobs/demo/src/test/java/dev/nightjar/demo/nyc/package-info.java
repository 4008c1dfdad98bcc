/** Tests of the training on real flights. */
@NullMarked
package dev.nightjar.demo.nyc;

import org.jspecify.annotations.NullMarked;
