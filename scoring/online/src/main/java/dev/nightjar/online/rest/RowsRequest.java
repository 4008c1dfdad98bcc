package dev.nightjar.online.rest;

import dev.nightjar.online.request.RequestedRows;

/**
 * A body in our own form.
 *
 * @param isMany whether it was an array, whose answer is one too, also for a single row or none
 */
public record RowsRequest(RequestedRows rows, boolean isMany) {}
