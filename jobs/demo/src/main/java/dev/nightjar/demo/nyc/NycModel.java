package dev.nightjar.demo.nyc;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.contract.Contract;
import dev.nightjar.data.DataType;
import dev.nightjar.demo.JoinedRows;
import dev.nightjar.demo.TrainedModel;
import dev.nightjar.demo.nyc.ArrivalDelay.Variant;
import dev.nightjar.dl4j.Bundles;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.TrainingRecord;
import dev.nightjar.feature.spark.PointInTimeJoin;
import dev.nightjar.feature.spark.TableReader;
import dev.nightjar.feature.spark.TrainingSets;
import dev.nightjar.job.Job;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/** Training sets, trainings and the bundle of the arrival delay. */
final class NycModel implements AutoCloseable {
  private static final String TRAINING_SET = "training/january-to-october.parquet";
  private static final String HELD_OUT = "training/november-december.parquet";
  private static final Instant NOVEMBER = Instant.parse("2013-11-01T04:00:00Z");

  private final SparkSession spark;
  private final NycProject project;
  private final Job job;
  private final TableReader tables;

  NycModel(SparkSession spark, NycProject project) {
    this.spark = spark;
    this.project = project;
    this.job = project.job();
    this.tables = new TableReader(spark, project.folder().toString());
  }

  /** Ends the reading; Datasets that were read from databases cannot be used any more. */
  @Override
  public void close() {
    tables.close();
  }

  /** All flights, as the job reads them. */
  Dataset<Row> flights() {
    return tables.read(
        ((Job.Files) job.input().rows()).source(),
        Map.of(),
        Map.of(ArrivalDelay.TIME, DataType.TIMESTAMP));
  }

  /** Joins the training months; statistics of later months must not reach the defaults. */
  TrainingSets.Result joinTrainingSet() {
    return TrainingSets.with(spark, project.folder().toString())
        .input(
            flights().filter(functions.col(ArrivalDelay.TIME).lt(functions.lit(NOVEMBER))),
            "flights before " + NOVEMBER)
        .asOf(ArrivalDelay.TIME)
        .key(job.input().key())
        .views(job.views())
        .output(TRAINING_SET)
        .overwrite()
        .write();
  }

  /** Joins the months that the model is measured on, with the defaults of the training months. */
  void joinHeldOut() throws IOException {
    Dataset<Row> flights =
        flights().filter(functions.col(ArrivalDelay.TIME).geq(functions.lit(NOVEMBER)));
    joined(flights)
        .write()
        .mode("overwrite")
        .parquet(project.folder().resolve(HELD_OUT).toString());
  }

  /** Rows with features, joined as the bundle's record of training says. */
  Dataset<Row> joined(Dataset<Row> rows) throws IOException {
    TrainingRecord record = record();
    List<FeatureView> views = job.views().stream().map(record.statistics()::resolve).toList();
    return PointInTimeJoin.of(views, view -> tables.read(view, Map.of()))
        .join(rows, Optional.of(ArrivalDelay.TIME), Optional.empty());
  }

  /** Trains on the training months and measures on the others. */
  TrainedModel train(Variant variant) {
    return ArrivalDelay.train(contract(), JoinedRows.of(bothParts()), variant);
  }

  /** What a table of carriers and hours would reach on the same rows. */
  double rateAuc() {
    return CarrierHourRates.auc(JoinedRows.of(bothParts()));
  }

  Bundle pack(TrainedModel model) throws IOException {
    return Bundles.from(model.network())
        .name(NycProject.JOB)
        .version("2013-10")
        .created(NOVEMBER)
        .transform(model.transform())
        .normalizer(model.normalizer())
        .contract(contract())
        .training(record())
        .sample(model.sample())
        .provenance("training-set", "nycflights13, January to October 2013")
        .write(project.folder().resolve(job.bundle().text()));
  }

  private Dataset<Row> bothParts() {
    Dataset<Row> training = read(TRAINING_SET);
    Dataset<Row> heldOut = read(HELD_OUT).drop("_nightjar_rejection", "_nightjar_malformed");
    return training.unionByName(heldOut);
  }

  private Dataset<Row> read(String set) {
    return spark.read().parquet(project.folder().resolve(set).toString());
  }

  private Contract contract() {
    return project.contract();
  }

  private TrainingRecord record() throws IOException {
    Path file = project.folder().resolve(TRAINING_SET + TrainingRecord.SUFFIX);
    return TrainingRecord.parse(file.toString(), Files.readString(file));
  }
}
