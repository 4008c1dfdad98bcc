/**
 * What a project says of all its jobs and models, in {@code conf/project.yaml}: where its registry
 * and its feature store lie. Read by one code for jobs and for the endpoint, which knows nothing of
 * jobs.
 */
@NullMarked
package dev.nightjar.project;

import org.jspecify.annotations.NullMarked;
