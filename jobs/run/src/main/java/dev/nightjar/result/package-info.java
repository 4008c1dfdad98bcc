/**
 * Everything that lies under an output path, and how readers find it. A run writes its rows into a
 * folder of its own, and publishes them by the appearance of one small file, the {@link
 * dev.nightjar.result.Manifest}. Readers take, for each interval, the highest token whose manifest
 * is complete, and read exactly the files that it lists: they see the complete previous result or
 * the complete new one. Nothing here relies on rename, on the order of a listing or on local locks.
 *
 * <pre>
 * data/&lt;interval&gt;/&lt;token&gt;/_nightjar_outcome=scored|filtered|rejected/*.parquet
 * _nightjar/claims/&lt;interval&gt;/&lt;token&gt;            who may write under this token
 * _nightjar/published/&lt;interval&gt;/&lt;token&gt;.json    the manifest of a published attempt
 * _nightjar/runs/&lt;interval&gt;/&lt;token&gt;.json         the record of any attempt
 * </pre>
 *
 * <p>{@link dev.nightjar.result.ResultStore} is the writing side: claim, publish, record. {@link
 * dev.nightjar.result.Results} is the reading side, and {@link dev.nightjar.result.NightjarSource}
 * the same for {@code spark.read().format("nightjar")} and SQL. {@link
 * dev.nightjar.result.KeyDigests} tells which keys a Dataset holds, for the proof that no row was
 * lost or doubled. {@link dev.nightjar.result.Outcomes} tells what has become of attempts, also of
 * those that left no word.
 */
@NullMarked
package dev.nightjar.result;

import org.jspecify.annotations.NullMarked;
