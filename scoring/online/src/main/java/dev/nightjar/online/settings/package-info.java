/**
 * What an endpoint was told to do: {@code conf/endpoint.yaml} and the project's {@code
 * conf/project.yaml} as values. Every key stands in {@code conf/reference.yaml}.
 */
@NullMarked
package dev.nightjar.online.settings;

import org.jspecify.annotations.NullMarked;
