/**
 * The parity certificate: before a run is published, a sample of its rows is scored again, one by
 * one as on request, and by the reference, the libraries that the model was trained with. Begin
 * with {@link dev.nightjar.certificate.ParityCheck}.
 *
 * <p>Chosen rows carry along what the scorer read of them and what it made of it, in a column of
 * the files that no reader sees ({@code SampledRow} of {@code scoring/spark}). {@code RowSelection}
 * takes as many of them as are wanted, {@code SampleFile} reads them back. The reference runs in a
 * process of its own, {@link dev.nightjar.certificate.ReferenceMain}: a native library that fails
 * there ends no driver, and it starts while the driver has other things to do.
 */
@NullMarked
package dev.nightjar.certificate;

import org.jspecify.annotations.NullMarked;
