/**
 * The judge: {@link dev.nightjar.demo.oracle.RowByRow} scores one row at a time with DataVec, ND4J
 * and DL4J as anybody would by hand. It uses nothing of Nightjar, not even its contract, so that
 * what it agrees with has been found twice.
 */
@NullMarked
package dev.nightjar.demo.oracle;

import org.jspecify.annotations.NullMarked;
