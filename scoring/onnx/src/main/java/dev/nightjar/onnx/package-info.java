/**
 * ONNX Runtime behind {@link dev.nightjar.engine.Engine}, and the only package that imports it.
 * {@link dev.nightjar.onnx.OnnxEngine} reads {@code model.onnx} of a bundle.
 *
 * <p>The library is native code that believes what it reads, so it sees no file that has not been
 * read here first: {@code Wire} takes protobuf apart, {@code ModelReader} holds every part of a
 * model against what is known and bounded, and {@code Operators} lists what a model may compute
 * with. {@code SharedSession} is the model inside the library, one for all threads of a device.
 */
@NullMarked
package dev.nightjar.onnx;

import org.jspecify.annotations.NullMarked;
