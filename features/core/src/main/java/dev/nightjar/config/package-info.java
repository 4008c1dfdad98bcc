/**
 * YAML files into records, with all mistakes at once. {@link dev.nightjar.config.YamlFile} reads a
 * file into a {@link dev.nightjar.config.Section}; the owner of a record asks the section for its
 * keys, and each answer that breaks a rule becomes a {@link dev.nightjar.config.Problem} with file,
 * line and key path, while reading goes on with a stand-in. When everything has been read, {@link
 * dev.nightjar.config.Problems#throwIfAny} reports the lot. A key that nobody asked for is a
 * mistake too.
 */
@NullMarked
package dev.nightjar.config;

import org.jspecify.annotations.NullMarked;
