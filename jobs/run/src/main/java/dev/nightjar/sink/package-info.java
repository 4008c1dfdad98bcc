/**
 * Tables that results are published to, each in one transaction that keeps the fencing token: what
 * readers see is the complete previous result of an interval or the complete new one.
 */
@NullMarked
package dev.nightjar.sink;

import org.jspecify.annotations.NullMarked;
