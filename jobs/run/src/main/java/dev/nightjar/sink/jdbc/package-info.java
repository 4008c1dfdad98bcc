/**
 * Results in a table of a PostgreSQL database. {@link dev.nightjar.sink.jdbc.JdbcSink} is the way
 * in, {@link dev.nightjar.sink.jdbc.JdbcTarget} says which table. Rows go from Spark's tasks into a
 * staging table ({@code Staging}, {@code StageLoad}, {@code CopyBuffer}, {@code ColumnType}); one
 * transaction then holds the table against them ({@code TableShape}, {@code ShapeChanges}),
 * replaces the interval's rows ({@code Replacement}) and keeps the token ({@code Tokens}).
 *
 * <p>PostgreSQL and no other database. What is promised rests on what one transaction can do there:
 * tables are made and widened in it, its locks outlive a lost connection until it has ended, and
 * readers see nothing of it before. In MySQL or Oracle a change of the table ends the transaction,
 * and half of a result would be seen.
 */
@NullMarked
package dev.nightjar.sink.jdbc;

import org.jspecify.annotations.NullMarked;
