package dev.nightjar.online.request;

/**
 * How a model whose inputs are all numbers is offered as one tensor in and one out: {@code
 * tensors:} of a model in {@code conf/endpoint.yaml}.
 *
 * @param input the name of the tensor [rows, inputs], in the contract's order
 * @param output the name of the tensor [rows, outputs], in the contract's order
 */
public record Tensors(String input, String output) {}
