/**
 * What a request brings and what is answered, whatever the form: rows of named fields as columns in
 * {@link dev.nightjar.online.request.RequestedRows}, and for each row a {@link
 * dev.nightjar.online.request.RowAnswer} out. The two forms ({@code oip}, {@code rest}) only decode
 * and encode these, knowing the model by its {@link dev.nightjar.online.request.ModelCard}; no HTTP
 * here.
 */
@NullMarked
package dev.nightjar.online.request;

import org.jspecify.annotations.NullMarked;
