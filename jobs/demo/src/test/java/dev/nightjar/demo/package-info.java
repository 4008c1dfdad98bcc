/** Tests of the demo's world and training; {@link dev.nightjar.demo.PlainJoin} joins for them. */
@NullMarked
package dev.nightjar.demo;

import org.jspecify.annotations.NullMarked;
