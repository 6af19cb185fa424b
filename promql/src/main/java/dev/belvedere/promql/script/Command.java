package dev.belvedere.promql.script;

import com.google.re2j.Pattern;
import dev.belvedere.model.labels.Labels;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One command of a script.
sealed interface Command {

    int line();

    /// Forgets everything loaded.
    record Clear(int line) implements Command {}

    /// Adds samples from time zero on.
    ///
    /// @param isWithCustomHistograms whether classic histograms are added as native ones too
    record Load(int line, long stepMillis, boolean isWithCustomHistograms, Map<Labels, LoadedSeries> series)
            implements Command {}

    /// @param startOffsets how far each sample's start lies from the sample, in milliseconds; empty if
    ///     none is known
    record LoadedSeries(List<SequenceValue> values, List<SequenceValue> startOffsets) {}

    /// Evaluates a query.
    ///
    /// @param stepMillis 0 for an instant query, whose start and end are the same
    record Evaluate(
            int line, String query, long startMillis, long endMillis, long stepMillis, Expectations expectations)
            implements Command {

        boolean isRange() {
            return stepMillis != 0;
        }
    }

    /// A line that cannot be read; it fails when its turn comes.
    record Unreadable(int line, String reason) implements Command {}

    /// What must come out of a query.
    ///
    /// @param series in the order written; empty lists for a scalar or a string
    /// @param scalar the number, if a scalar is expected
    /// @param string the text, if a string is expected
    /// @param rangeVector the times of a range vector that an instant query is expected to answer
    record Expectations(
            Map<Labels, List<SequenceValue>> series,
            Optional<SequenceValue> scalar,
            Optional<String> string,
            Optional<RangeVectorTimes> rangeVector,
            boolean isOrdered,
            @Nullable TextMatch failure,
            Notes warnings,
            Notes infos) {

        boolean isRangeModeComparable() {
            return string.isEmpty() && rangeVector.isEmpty();
        }
    }

    record RangeVectorTimes(long startMillis, long endMillis, long stepMillis) {}

    /// What is said of warnings or infos.
    ///
    /// @param isAnyExpected whether there must be one, whatever it says
    /// @param isNoneExpected whether there must not be any
    /// @param matches each must be met, and nothing else may be noticed
    record Notes(boolean isAnyExpected, boolean isNoneExpected, List<TextMatch> matches) {}

    /// Either an exact text or an expression that must be found in it.
    record TextMatch(@Nullable String text, @Nullable Pattern pattern) {

        static final TextMatch ANY = new TextMatch(null, null);

        private static final Pattern PLACE =
                Pattern.compile("(, from buckets [^\\n]*)?( \\(\\d+ occurrences\\))? \\(\\d+:\\d+\\)$");

        /// Whether a warning or an info is meant: scripts written before Prometheus 3.15 do not say where in the query
        /// it belongs to.
        boolean matchesNote(String note) {
            return matches(note) || matches(PLACE.matcher(note).replaceFirst(""));
        }

        boolean matches(String actual) {
            if (text != null) {
                return text.equals(actual);
            }
            return pattern == null || pattern.matcher(actual).find();
        }

        @Override
        public String toString() {
            return text != null ? text : pattern == null ? "anything" : "/" + pattern + "/";
        }
    }
}
