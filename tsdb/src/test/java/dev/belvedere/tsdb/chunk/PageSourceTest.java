package dev.belvedere.tsdb.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PageSourceTest {

    private static final int PAGES = 20;
    private static final int PAGE_BYTES = 10;
    private static final int HEADER_BYTES = 7;

    /// Every byte of a page is its number.
    private static final class Numbered implements ChunkBytes {

        private final List<Integer> lengthsRead = new ArrayList<>();
        private int unreadablePage = PAGES;

        @Override
        public Range range(long position, int length) {
            if (position + length > start(unreadablePage)) {
                throw new OperationException("io_error", Fault.DEPENDENCY, "the disk cannot read it");
            }
            lengthsRead.add(length);
            byte[] bytes = new byte[length + 3];
            for (int i = 0; i < length; i++) {
                bytes[3 + i] = (byte) ((position + i - HEADER_BYTES) / PAGE_BYTES);
            }
            return new Range(bytes, 3);
        }

        @Override
        public int headerLength() {
            return HEADER_BYTES;
        }

        @Override
        public int length() {
            return start(PAGES);
        }

        @Override
        public boolean isChecked() {
            return true;
        }

        @Override
        public RuntimeException corrupt(String reason) {
            return new IllegalStateException(reason);
        }
    }

    private final Numbered chunk = new Numbered();
    private final PageSource pages = new PageSource(chunk, starts());

    private static int start(int page) {
        return HEADER_BYTES + page * PAGE_BYTES;
    }

    private static int[] starts() {
        int[] starts = new int[PAGES + 1];
        for (int i = 0; i <= PAGES; i++) {
            starts[i] = start(i);
        }
        return starts;
    }

    private void assertRead(int page) {
        ChunkBytes.Range range = pages.page(page);
        assertThat(pages.length(page)).isEqualTo(PAGE_BYTES);
        assertThat(range.bytes()[range.offset()]).isEqualTo((byte) page);
        assertThat(range.bytes()[range.offset() + PAGE_BYTES - 1]).isEqualTo((byte) page);
    }

    @Test
    void of_pages_in_a_row_more_and_more_are_read_at_once() {
        for (int page = 0; page < PAGES; page++) {
            assertRead(page);
        }
        assertThat(chunk.lengthsRead).containsExactly(10, 20, 40, 80, 50);
    }

    @Test
    void pages_here_and_there_are_read_one_by_one() {
        for (int page : new int[] {3, 3, 9, 5, 19, 0}) {
            assertRead(page);
        }
        assertThat(chunk.lengthsRead).containsExactly(10, 10, 10, 10, 10);
    }

    @Test
    void what_cannot_be_read_costs_no_page_before_it() {
        chunk.unreadablePage = 5;
        for (int page = 0; page < 5; page++) {
            assertRead(page);
        }
        assertThatThrownBy(() -> pages.page(5)).isInstanceOf(OperationException.class);
        assertRead(2);
    }
}
