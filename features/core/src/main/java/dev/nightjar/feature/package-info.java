/**
 * What a feature view is and when its rows may be seen. A {@link dev.nightjar.feature.FeatureView}
 * is read from YAML by {@link dev.nightjar.feature.FeatureViews}, says where its table lies ({@link
 * dev.nightjar.feature.Source}) and by which rule a row of it answers at an as-of time; the batch
 * join and the online look-up both go by that rule, and a bundle keeps a copy of it.
 */
@NullMarked
package dev.nightjar.feature;

import org.jspecify.annotations.NullMarked;
