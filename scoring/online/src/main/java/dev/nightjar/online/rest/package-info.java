/**
 * Our own form: rows as objects of named fields. {@link dev.nightjar.online.rest.RowForm} reads
 * rows and writes answers, {@link dev.nightjar.online.rest.ModelForm} writes what a model takes. No
 * HTTP here.
 */
@NullMarked
package dev.nightjar.online.rest;

import org.jspecify.annotations.NullMarked;
