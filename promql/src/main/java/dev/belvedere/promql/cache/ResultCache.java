package dev.belvedere.promql.cache;

import dev.belvedere.model.Tenant;
import dev.belvedere.promql.answer.QueryAnswer;
import dev.belvedere.promql.answer.QueryAnswer.QueryStatistics;
import dev.belvedere.promql.answer.QueryAnswer.Timings;
import dev.belvedere.promql.answer.Value.MatrixValue;
import dev.belvedere.promql.engine.PromqlEngine;
import dev.belvedere.promql.engine.QueryRequest;
import dev.belvedere.promql.evaluation.PromqlOptions;
import dev.belvedere.promql.plan.Reach;
import dev.belvedere.promql.plan.Steps;
import dev.belvedere.storage.metrics.ChangeLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Answers range queries from the results of earlier ones as far as nothing that they depend on has changed since;
/// docs/design/0004 says why that is never wrong. Safe from any thread.
public final class ResultCache {

    /// Identifies what is kept.
    ///
    /// @param options of the engine: the look-back changes results
    /// @param whole the exact steps of an answer that stands only for them; absent for extents
    /// @param phaseMillis where between two multiples of the step the steps lie; 0 for whole answers
    record Key(
            Tenant tenant,
            String query,
            PromqlOptions options,
            Optional<Steps> whole,
            long stepMillis,
            long phaseMillis) {}

    /// What is kept.
    ///
    /// @param version of the store before the results were worked out
    /// @param answer to the request that was answered last
    /// @param answered the steps of that request, all of them in the extent
    /// @param written what a face wrote of the answer; null if it did not yet
    record Kept(
            long version,
            Extent extent,
            QueryAnswer answer,
            Steps answered,
            long resultBytes,
            byte @Nullable [] written) {

        Kept at(long newVersion) {
            return new Kept(newVersion, extent, answer, answered, resultBytes, written);
        }

        Kept with(byte[] newlyWritten) {
            return new Kept(version, extent, answer, answered, resultBytes, newlyWritten);
        }

        long sizeBytes() {
            return resultBytes + (written == null ? 0 : written.length);
        }
    }

    /// An answer, and how many of its steps were not worked out anew.
    ///
    /// @param form there if the answer is one that was kept as it is
    public record Outcome(QueryAnswer answer, long stepsKept, Optional<KeptForm> form) {

        public Outcome(QueryAnswer answer, long stepsKept) {
            this(answer, stepsKept, Optional.empty());
        }
    }

    private final KeptResults kept;
    private final LongAdder stepsFromCache = new LongAdder();
    private final LongAdder stepsEvaluated = new LongAdder();

    /// @param maxBytes 0 keeps nothing
    public ResultCache(long maxBytes) {
        this.kept = new KeptResults(maxBytes);
    }

    public boolean isOn() {
        return kept.maxBytes() > 0;
    }

    /// Answers a range query.
    public Outcome range(PromqlEngine engine, QueryRequest request) {
        Optional<ChangeLog> changes = request.store().changes(request.tenant());
        boolean isCacheable = request.plan().isForRanges()
                && request.profile().isEmpty()
                && request.steps().count() > 0;
        if (!isOn() || changes.isEmpty() || !isCacheable) {
            return new Outcome(engine.evaluate(request), 0);
        }
        Outcome outcome = new Lookup(engine, request, changes.get()).answer();
        stepsFromCache.add(outcome.stepsKept());
        stepsEvaluated.add(request.steps().count() - outcome.stepsKept());
        return outcome;
    }

    public long sizeBytes() {
        return kept.sizeBytes();
    }

    public int entries() {
        return kept.entries();
    }

    public long stepsFromCache() {
        return stepsFromCache.sum();
    }

    public long stepsEvaluated() {
        return stepsEvaluated.sum();
    }

    /// One request on its way.
    private final class Lookup {

        private final PromqlEngine engine;
        private final QueryRequest request;
        private final ChangeLog changes;
        private final Reach reach;

        /// From the first step to the last one.
        private final Steps steps;

        /// Taken before anything is read.
        private final long version;

        Lookup(PromqlEngine engine, QueryRequest request, ChangeLog changes) {
            this.engine = engine;
            this.request = request;
            this.changes = changes;
            this.version = changes.version();
            Steps asked = request.steps();
            this.steps = new Steps(asked.startMillis(), asked.lastMillis(), asked.stepMillis());
            this.reach = request.plan().reach(asked, engine.options().lookbackMillis());
        }

        private Key key(Optional<Steps> whole) {
            long step = steps.stepMillis();
            return new Key(
                    request.tenant(),
                    request.plan().text(),
                    engine.options(),
                    whole,
                    step,
                    whole.isPresent() ? 0 : Math.floorMod(steps.startMillis(), step));
        }

        Outcome answer() {
            if (reach.reachesBefore(steps.startMillis(), changes.hiddenBefore())) {
                return new Outcome(engine.evaluate(request), 0);
            }
            Key key = key(Optional.of(request.steps()));
            Kept whole = kept.get(key);
            if (whole != null && reach.holds(steps.endMillis(), changes.lowestSince(whole.version()))) {
                kept.put(key, whole.at(version));
                return found(key, whole);
            }
            if (!request.plan().isByStep()) {
                return evaluateAll();
            }
            Kept extent = kept.get(key(Optional.empty()));
            Steps reusable = extent == null ? null : reusable(extent);
            return extent == null || reusable == null ? evaluateAll() : extended(extent, reusable);
        }

        private Outcome found(Key key, Kept found) {
            request.budget().holdBytes(found.sizeBytes());
            return new Outcome(found.answer(), steps.count(), Optional.of(new KeptForm(kept, key, found)));
        }

        /// The steps asked for that are kept and still hold; null if there are none.
        private @Nullable Steps reusable(Kept found) {
            Steps have = found.extent().steps();
            long lowest = changes.lowestSince(found.version());
            long last = Math.min(have.endMillis(), steps.endMillis());
            long first = Math.max(have.startMillis(), steps.startMillis());
            if (last >= first && !reach.holds(last, lowest)) {
                if (!reach.holdsFixed(lowest)) {
                    return null;
                }
                long bound = reach.lastHolding(lowest);
                last = bound < first ? first - 1 : first + (bound - first) / steps.stepMillis() * steps.stepMillis();
            }
            return last < first ? null : new Steps(first, last, steps.stepMillis());
        }

        private Outcome extended(Kept found, Steps reusable) {
            if (reusable.equals(steps) && found.answered().equals(steps)) {
                if (lastHolding(found) == found.extent().steps().endMillis()) {
                    kept.put(key(Optional.empty()), found.at(version));
                }
                return found(key(Optional.empty()), found);
            }
            List<Extent> parts = new ArrayList<>();
            Timings timings = Timings.NONE;
            for (Steps missing : missing(reusable)) {
                QueryAnswer answer = engine.evaluate(request.at(missing));
                if (!answer.isByStep() || answer.hasRemarks()) {
                    return evaluateAll();
                }
                parts.add(extent(missing, answer));
                timings = timings.plus(answer.statistics().timings());
            }
            parts.add(found.extent().slice(reusable));
            parts.sort((a, b) -> Long.compare(a.steps().startMillis(), b.steps().startMillis()));
            request.budget().holdBytes(found.resultBytes());
            Extent all = Extent.joined(parts);
            QueryAnswer answer = answer(all, timings);
            keepExtent(found, reusable, all, answer);
            return new Outcome(answer, reusable.count());
        }

        private List<Steps> missing(Steps reusable) {
            long step = steps.stepMillis();
            List<Steps> missing = new ArrayList<>(2);
            if (reusable.startMillis() > steps.startMillis()) {
                missing.add(new Steps(steps.startMillis(), reusable.startMillis() - step, step));
            }
            if (reusable.endMillis() < steps.endMillis()) {
                missing.add(new Steps(reusable.endMillis() + step, steps.endMillis(), step));
            }
            return missing;
        }

        /// Keeps what was asked for and what is known around it, up to as many steps as were kept or asked for: a
        /// range that slides drops its oldest steps, and a short range does not displace a longer one.
        private void keepExtent(Kept found, Steps reusable, Extent asked, QueryAnswer answer) {
            Steps have = found.extent().steps();
            long step = steps.stepMillis();
            long most = Math.max(have.count(), steps.count());
            long last = reusable.endMillis() == steps.endMillis() ? lastHolding(found) : steps.endMillis();
            long first = Math.max(Math.min(have.startMillis(), steps.startMillis()), last - (most - 1) * step);
            List<Extent> parts = new ArrayList<>();
            if (first < steps.startMillis()) {
                parts.add(found.extent().slice(new Steps(first, steps.startMillis() - step, step)));
            }
            parts.add(asked);
            if (last > steps.endMillis()) {
                parts.add(found.extent().slice(new Steps(steps.endMillis() + step, last, step)));
            }
            Extent all = Extent.joined(parts);
            long answerBytes = parts.size() == 1 ? 0 : asked.sizeBytes();
            kept.put(key(Optional.empty()), new Kept(version, all, answer, steps, all.sizeBytes() + answerBytes, null));
        }

        /// The last step of what is kept, behind those asked for, that still holds.
        private long lastHolding(Kept found) {
            long last = Math.max(found.extent().steps().endMillis(), steps.endMillis());
            long lowest = changes.lowestSince(found.version());
            while (last > steps.endMillis() && !reach.holds(last, lowest)) {
                last -= steps.stepMillis();
            }
            return last;
        }

        private Outcome evaluateAll() {
            QueryAnswer answer = engine.evaluate(request);
            if (answer.value() instanceof MatrixValue) {
                boolean isExtent = answer.isByStep() && !answer.hasRemarks();
                Key key = key(isExtent ? Optional.empty() : Optional.of(request.steps()));
                keep(key, extent(steps, answer), answer);
            }
            return new Outcome(answer, 0);
        }

        private Extent extent(Steps of, QueryAnswer answer) {
            return new Extent(
                    of,
                    ((MatrixValue) answer.value()).series(),
                    answer.statistics().samples());
        }

        private void keep(Key key, Extent extent, QueryAnswer answer) {
            kept.put(key, new Kept(version, extent, answer, steps, extent.sizeBytes(), null));
        }

        private QueryAnswer answer(Extent extent, Timings timings) {
            MatrixValue value = new MatrixValue(extent.series());
            return new QueryAnswer(
                    value,
                    List.of(),
                    List.of(),
                    true,
                    new QueryStatistics(
                            request.budget().samplesRead(),
                            Math.max(request.budget().peakSamplesHeld(), value.sampleCount()),
                            extent.samples(),
                            timings));
        }
    }
}
