/**
 * Networks of Keras, imported at packaging and stored as DL4J saves them; nothing that scores needs
 * this package. {@link dev.nightjar.keras.KerasImporter} starts a process for each import and stops
 * it after a deadline, because a file can make the native libraries loop or crash. In that process
 * {@link dev.nightjar.keras.ImportMain} reads the file ({@code KerasFile}), checks that it is made
 * of Keras' own layers and nothing else ({@code KerasArchitecture}), and only then hands it to
 * DL4J's import.
 */
@NullMarked
package dev.nightjar.keras;

import org.jspecify.annotations.NullMarked;
