/** {@link dev.nightjar.storage.Storage} on the file systems that Hadoop knows. */
@NullMarked
package dev.nightjar.storage.hadoop;

import org.jspecify.annotations.NullMarked;
