package dev.belvedere.tsdb.read;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.storage.metrics.Definitions;
import dev.belvedere.storage.metrics.SeriesGroup;
import dev.belvedere.tsdb.index.IndexView;
import java.util.Optional;
import java.util.function.Predicate;

/// Series of one target, whose labels the index knows.
public interface IndexedGroup extends SeriesGroup {

    IndexView view();

    /// The number of a series in the index.
    int number(int series);

    @Override
    default Labels labels(int series) {
        return view().labels(number(series));
    }

    @Override
    default Labels labels(int series, Predicate<String> isWanted) {
        return view().labels(number(series), isWanted);
    }

    @Override
    default Optional<Definitions> definitions() {
        return Optional.of(view());
    }

    @Override
    default int definition(int series) {
        return view().definitionOf(number(series));
    }

    @Override
    default Labels targetLabels() {
        return view().labelsOf(view().targetOf(number(0)));
    }
}
