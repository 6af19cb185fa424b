package dev.belvedere.promql.engine;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.promql.syntax.AggregateExpr;
import dev.belvedere.storage.metrics.Definitions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Finds the group that an aggregation puts a series into.
///
/// What the grouping leaves of a label set is found once for each definition and each target where the store tells
/// them apart, and remembered by the series' place among those of its target: the next target mostly has the same
/// definitions in the same places. A series then costs three comparisons and no labels.
final class GroupFinder<G> {

    private static final int NONE = -1;

    private final List<String> grouping;
    private final boolean isWithout;
    private final Function<Labels, G> maker;
    private final Map<Labels, G> byLabels = new HashMap<>();
    private final List<G> groups = new ArrayList<>();

    /// What is left of definitions and targets, by number.
    private final List<Labels> parts = new ArrayList<>();

    private final Map<Labels, Integer> partNumbers = new HashMap<>();

    /// By the part of the target, then that of the definition.
    private final Map<Long, G> byParts = new HashMap<>();

    private boolean isMetadataDropped;
    private @Nullable Definitions definitions;
    private final Map<Integer, Integer> definitionParts = new HashMap<>();
    private int groupNumber;
    private int targetPart;

    private int[] placeDefinition = new int[0];
    private int[] placeTargetPart = new int[0];
    private final List<G> placeGroup = new ArrayList<>();

    GroupFinder(AggregateExpr expr, Function<Labels, G> maker) {
        this.grouping = expr.grouping();
        this.isWithout = expr.isWithout();
        this.maker = maker;
    }

    /// All groups in the order in which they were found.
    List<G> groups() {
        return groups;
    }

    G find(Labels labels) {
        return ofGroupLabels(LabelRules.group(labels, grouping, isWithout));
    }

    private G ofGroupLabels(Labels labels) {
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
        Definitions own = series.definitions();
        if (own == null) {
            return find(series.get(dropsMetadata));
        }
        if (own != definitions || dropsMetadata != isMetadataDropped) {
            definitions = own;
            isMetadataDropped = dropsMetadata;
            definitionParts.clear();
            Arrays.fill(placeDefinition, NONE);
            groupNumber = NONE;
        }
        if (series.groupNumber() != groupNumber) {
            groupNumber = series.groupNumber();
            targetPart = part(series.targetLabels());
        }
        int definition = series.definition();
        int place = series.series();
        if (place < placeGroup.size()
                && placeDefinition[place] == definition
                && placeTargetPart[place] == targetPart) {
            return placeGroup.get(place);
        }
        G group = ofParts(definition, own);
        remember(place, definition, group);
        return group;
    }

    private void remember(int place, int definition, G group) {
        if (place < placeGroup.size()) {
            placeGroup.set(place, group);
        } else if (place == placeGroup.size()) {
            if (place == placeDefinition.length) {
                placeDefinition = Arrays.copyOf(placeDefinition, Math.max(16, 2 * place));
                placeTargetPart = Arrays.copyOf(placeTargetPart, placeDefinition.length);
            }
            placeGroup.add(group);
        } else {
            return;
        }
        placeDefinition[place] = definition;
        placeTargetPart[place] = targetPart;
    }

    private G ofParts(int definition, Definitions own) {
        Integer known = definitionParts.get(definition);
        if (known == null) {
            known = part(own.labelsOf(definition));
            definitionParts.put(definition, known);
        }
        int definitionPart = known;
        long key = (long) targetPart << 32 | definitionPart;
        G group = byParts.get(key);
        if (group == null) {
            group = ofGroupLabels(parts.get(definitionPart).union(parts.get(targetPart)));
            byParts.put(key, group);
        }
        return group;
    }

    private int part(Labels labels) {
        Labels known = isMetadataDropped ? LabelRules.withoutMetadata(labels) : labels;
        Labels left = LabelRules.group(known, grouping, isWithout);
        Integer number = partNumbers.get(left);
        if (number == null) {
            number = parts.size();
            partNumbers.put(left, number);
            parts.add(left);
        }
        return number;
    }
}
