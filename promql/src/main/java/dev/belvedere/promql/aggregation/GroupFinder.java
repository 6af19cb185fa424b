package dev.belvedere.promql.aggregation;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.promql.evaluation.LabelRules;
import dev.belvedere.promql.evaluation.SeriesLabels;
import dev.belvedere.promql.syntax.AggregateExpr;
import dev.belvedere.storage.metrics.Definitions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Finds the group that an aggregation puts a series into.
///
/// What the grouping leaves of a label set is found once for each definition and each target where the store tells
/// them apart: a series then costs two look-ups by number and no labels, or none where only labels of targets are
/// grouped by. For labels that come whole and a grouping by one of them, its value stands for what is left.
final class GroupFinder<G> {

    /// What the grouping leaves of a definition or of a target.
    private record Part(int number, Labels labels) {}

    private final List<String> grouping;
    private final boolean isWithout;
    private final Function<Labels, G> maker;
    private final Map<Labels, G> byLabels = new HashMap<>();
    private final List<G> groups = new ArrayList<>();
    private final Map<Labels, Part> parts = new HashMap<>();

    /// The only label that is grouped by, if there is but one.
    private final @Nullable String onlyName;

    /// Where there is but one label, by its value.
    private final Map<String, G> byValue = new HashMap<>();

    private final Predicate<String> isLeft = this::isLeft;

    /// By the number of the target's part, then that of the definition's.
    private final NumberTable<G> byParts = new NumberTable<>();

    private boolean isMetadataDropped;
    private @Nullable Definitions definitions;

    /// Whether nothing is left of any definition.
    private boolean isOfTargets;

    /// That of the target in hand, if nothing is left of its definitions.
    private @Nullable G targetGroup;

    private NumberTable<Part> definitionParts = new NumberTable<>();
    private int groupNumber;
    private Part targetPart = new Part(0, Labels.EMPTY);

    GroupFinder(AggregateExpr expr, Function<Labels, G> maker) {
        this.grouping = expr.grouping();
        this.isWithout = expr.isWithout();
        this.maker = maker;
        this.onlyName = grouping.size() == 1 && !isWithout ? grouping.getFirst() : null;
    }

    /// All groups in the order in which they were found.
    List<G> groups() {
        return groups;
    }

    G find(Labels labels) {
        if (onlyName == null) {
            return ofGroupLabels(LabelRules.group(labels, grouping, isWithout));
        }
        String value = labels.get(onlyName);
        G known = byValue.get(value);
        if (known == null) {
            known = ofGroupLabels(Labels.of(onlyName, value));
            byValue.put(value, known);
        }
        return known;
    }

    /// The group of these labels, which the grouping has left.
    G ofGroupLabels(Labels labels) {
        G group = byLabels.get(labels);
        if (group == null) {
            group = maker.apply(labels);
            byLabels.put(labels, group);
            groups.add(group);
        }
        return group;
    }

    /// @param dropsMetadata whether the name, type and unit are no longer among the series' labels
    G find(SeriesLabels series, boolean dropsMetadata) {
        boolean isOneGroup = grouping.isEmpty() && !isWithout;
        if (isOneGroup) {
            return groups.isEmpty() ? ofGroupLabels(Labels.EMPTY) : groups.getFirst();
        }
        Definitions own = series.definitions();
        if (own == null) {
            return find(series.get(dropsMetadata));
        }
        if (own != definitions || dropsMetadata != isMetadataDropped) {
            definitions = own;
            isMetadataDropped = dropsMetadata;
            definitionParts = new NumberTable<>();
            groupNumber = 0;
            isOfTargets = !isWithout && areOfTargets(grouping, own);
        }
        if (series.groupNumber() != groupNumber) {
            groupNumber = series.groupNumber();
            targetPart = part(series.targetLabels().filter(isLeft));
            targetGroup = isOfTargets ? ofGroupLabels(targetPart.labels) : null;
        }
        if (targetGroup != null) {
            return targetGroup;
        }
        int definition = series.definition();
        Part definitionPart = definitionParts.get(definition);
        if (definitionPart == null) {
            definitionPart = part(own.labelsOf(definition, isLeft));
            definitionParts.put(definition, definitionPart);
        }
        long key = (long) targetPart.number << 32 | definitionPart.number;
        G group = byParts.get(key);
        if (group == null) {
            group = ofGroupLabels(definitionPart.labels.union(targetPart.labels));
            byParts.put(key, group);
        }
        return group;
    }

    private static boolean areOfTargets(List<String> names, Definitions definitions) {
        for (String name : names) {
            if (!definitions.isOfTargets(name)) {
                return false;
            }
        }
        return true;
    }

    /// Whether the grouping leaves a label of a definition or a target.
    private boolean isLeft(String name) {
        return LabelRules.isGrouping(name, grouping, isWithout) && !(isMetadataDropped && LabelRules.isMetadata(name));
    }

    private Part part(Labels left) {
        Part known = parts.get(left);
        if (known == null) {
            known = new Part(parts.size(), left);
            parts.put(left, known);
        }
        return known;
    }
}
