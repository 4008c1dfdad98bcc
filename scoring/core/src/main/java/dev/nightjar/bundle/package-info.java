/**
 * The packaged model. {@link dev.nightjar.bundle.BundleFiles} are its bytes, wherever they came
 * from; {@link dev.nightjar.bundle.Bundle} has checked every digest over them and read {@code
 * bundle.yaml} into a {@link dev.nightjar.bundle.BundleManifest}; {@link
 * dev.nightjar.bundle.GoldenRows} are the values after every stage that the reference computed at
 * packaging. A {@link dev.nightjar.bundle.BundleSignature} says who vouches for one, and {@link
 * dev.nightjar.bundle.TrustedKeys} whose word is taken. Nothing here runs a model, and reading a
 * bundle executes nothing from it; a {@link dev.nightjar.fault.Guard} is a check that only tests
 * leave out.
 *
 * <pre>
 * bundle.yaml       what the bundle is, and the SHA-256 of every other file
 * source/           model.zip (or a foreign model.onnx), transform.json, normalizer.bin, as they came
 * golden.json       rows with the value after every stage
 * pipeline.json     (reserved) the compiled steps
 * model.onnx        (reserved) the converted network
 * bundle.sig        who vouches for it (optional)
 * </pre>
 */
@NullMarked
package dev.nightjar.bundle;

import org.jspecify.annotations.NullMarked;
