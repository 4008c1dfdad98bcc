/**
 * Small files that processes share without a server: each is created by exactly one of all who try
 * and never changed. Claims, manifests, run records and the registry of models are such files.
 * Which of several is current is told by numbers in their names, never by renaming or by the order
 * of a listing.
 */
@NullMarked
package dev.nightjar.storage;

import org.jspecify.annotations.NullMarked;
