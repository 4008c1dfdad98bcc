/** Tests of the judge on rows and a network whose results are worked out by hand. */
@NullMarked
package dev.nightjar.demo.oracle;

import org.jspecify.annotations.NullMarked;
