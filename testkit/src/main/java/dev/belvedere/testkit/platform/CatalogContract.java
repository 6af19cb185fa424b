package dev.belvedere.testkit.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belvedere.model.Tenant;
import dev.belvedere.platform.catalog.Catalog;
import dev.belvedere.platform.catalog.CatalogEdit;
import dev.belvedere.platform.catalog.CatalogState;
import dev.belvedere.platform.catalog.SegmentRecord;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The catalog as every engine relies on it.
public abstract class CatalogContract {

    /// Opens the catalog under test; a second call opens the same catalog again after the first was closed.
    protected abstract Catalog open();

    protected static SegmentRecord segment(String key, int partition) {
        return new SegmentRecord(
                key,
                "metrics",
                partition,
                Tenant.DEFAULT,
                "block",
                0,
                -5,
                1_000_000_000_000L,
                7,
                9,
                123,
                Map.of("rows", "4", "ünï", "ö"));
    }

    @Test
    void an_empty_catalog_has_no_segments_and_checkpoints_at_zero() {
        try (Catalog catalog = open()) {
            assertThat(catalog.state().segments()).isEmpty();
            assertThat(catalog.state().checkpoint("metrics", 0)).isZero();
        }
    }

    @Test
    void segments_and_checkpoints_are_published_together_and_survive_reopening() {
        CatalogState committed;
        try (Catalog catalog = open()) {
            committed = catalog.commit(CatalogEdit.add(
                    List.of(segment("a", 0), segment("b", 1)), List.of(new CatalogEdit.Checkpoint("metrics", 1, 42))));
            assertThat(catalog.state()).isEqualTo(committed);
        }
        try (Catalog catalog = open()) {
            assertThat(catalog.state()).isEqualTo(committed);
            assertThat(catalog.state().segments("metrics")).containsExactly(segment("a", 0), segment("b", 1));
            assertThat(catalog.state().segments("logs")).isEmpty();
            assertThat(catalog.state().checkpoint("metrics", 1)).isEqualTo(42);
        }
    }

    @Test
    void one_edit_replaces_segments_by_their_compaction() {
        try (Catalog catalog = open()) {
            catalog.commit(CatalogEdit.add(List.of(segment("a", 0), segment("b", 0)), List.of()));
            catalog.commit(CatalogEdit.replace(List.of("a", "b"), List.of(segment("ab", 0))));
        }
        try (Catalog catalog = open()) {
            assertThat(catalog.state().segments()).containsExactly(segment("ab", 0));
            assertThat(catalog.state().contains("a")).isFalse();
        }
    }

    @Test
    void an_edit_that_makes_no_sense_changes_nothing() {
        try (Catalog catalog = open()) {
            catalog.commit(CatalogEdit.add(List.of(segment("a", 0)), List.of()));
            CatalogEdit removesUnknown = CatalogEdit.replace(List.of("missing"), List.of(segment("b", 0)));
            CatalogEdit addsTwice = CatalogEdit.add(List.of(segment("a", 0)), List.of());
            assertThatThrownBy(() -> catalog.commit(removesUnknown)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> catalog.commit(addsTwice)).isInstanceOf(IllegalStateException.class);
            assertThat(catalog.state().segments()).containsExactly(segment("a", 0));
        }
    }

    @Test
    void a_checkpoint_never_goes_back() {
        try (Catalog catalog = open()) {
            catalog.commit(CatalogEdit.add(List.of(), List.of(new CatalogEdit.Checkpoint("logs", 0, 10))));
            catalog.commit(CatalogEdit.add(List.of(), List.of(new CatalogEdit.Checkpoint("logs", 0, 4))));
            assertThat(catalog.state().checkpoint("logs", 0)).isEqualTo(10);
        }
    }
}
