package dev.belvedere.testkit.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belvedere.model.OperationException;
import dev.belvedere.platform.catalog.CatalogEdit;
import dev.belvedere.platform.catalog.CatalogState;
import dev.belvedere.platform.catalog.LocalCatalog;
import dev.belvedere.platform.disk.MemoryDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The catalog on a disk that tears, forgets and fails.
final class CatalogFaultTest {

    private static final Path ROOT = Path.of("/data/catalog");
    private static final int CRASHES = 300;

    private static CatalogEdit randomEdit(CatalogState state, int number, Random random) {
        List<String> removed = new ArrayList<>();
        state.segments().forEach(segment -> {
            if (random.nextInt(3) == 0) {
                removed.add(segment.key());
            }
        });
        return new CatalogEdit(
                removed,
                List.of(CatalogContract.segment("segment-" + number, 0)),
                List.of(new CatalogEdit.Checkpoint("metrics", 0, number)));
    }

    @Test
    void after_a_power_cut_the_last_committed_edit_or_the_one_in_flight_is_there_whole() {
        long seed = Long.getLong("seed", 20_261_125L);
        Random random = new Random(seed);
        MemoryDisk disk = new MemoryDisk();
        CatalogState expected = CatalogState.EMPTY;
        int number = 0;
        for (int round = 0; round < CRASHES; round++) {
            try (LocalCatalog catalog = new LocalCatalog(disk, ROOT)) {
                assertThat(catalog.state()).as("seed %d round %d", seed, round).isEqualTo(expected);
                for (int i = random.nextInt(4); i > 0; i--) {
                    expected = catalog.commit(randomEdit(expected, number++, random));
                }
            }
            disk = disk.crash(random);
        }
    }

    @Test
    void an_edit_whose_sync_failed_did_not_happen_and_the_next_one_does() {
        MemoryDisk disk = new MemoryDisk();
        try (LocalCatalog catalog = new LocalCatalog(disk, ROOT)) {
            catalog.commit(CatalogEdit.add(List.of(CatalogContract.segment("a", 0)), List.of()));
            disk.failSyncs(0, 1);
            CatalogEdit refused = CatalogEdit.add(List.of(CatalogContract.segment("b", 0)), List.of());
            assertThatThrownBy(() -> catalog.commit(refused)).isInstanceOf(OperationException.class);
            assertThat(catalog.state().contains("b")).isFalse();
            catalog.commit(CatalogEdit.add(List.of(CatalogContract.segment("c", 0)), List.of()));
        }
        try (LocalCatalog catalog = new LocalCatalog(disk.crash(new Random(2)), ROOT)) {
            assertThat(catalog.state().contains("b")).isFalse();
            assertThat(catalog.state().contains("c")).isTrue();
        }
    }

    @Test
    void a_catalog_cut_or_flipped_at_any_byte_opens_with_the_edits_before_the_damage() throws IOException {
        MemoryDisk whole = new MemoryDisk();
        List<CatalogState> states = new ArrayList<>(List.of(CatalogState.EMPTY));
        try (LocalCatalog catalog = new LocalCatalog(whole, ROOT)) {
            for (int i = 0; i < 4; i++) {
                states.add(catalog.commit(randomEdit(catalog.state(), i, new Random(i))));
            }
        }
        Path file = whole.list(ROOT).getFirst();
        int size = whole.readAll(file, 1 << 20).length;
        for (int position = 0; position < size; position++) {
            MemoryDisk cut = whole.kill();
            cut.open(file).truncate(position);
            MemoryDisk flipped = whole.kill();
            flipped.flipBit(file, position, position % 8);
            for (MemoryDisk disk : List.of(cut, flipped)) {
                try (LocalCatalog catalog = new LocalCatalog(disk, ROOT)) {
                    assertThat(states).as("damage at %d", position).contains(catalog.state());
                }
            }
        }
    }
}
