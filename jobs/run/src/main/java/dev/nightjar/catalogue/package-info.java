/**
 * What a project's feature views are, what their tables hold, and who uses them. {@link
 * dev.nightjar.catalogue.ViewUses} reads job files, bundles and published results; {@link
 * dev.nightjar.catalogue.ViewCheck} holds a view against its table.
 */
@NullMarked
package dev.nightjar.catalogue;

import org.jspecify.annotations.NullMarked;
