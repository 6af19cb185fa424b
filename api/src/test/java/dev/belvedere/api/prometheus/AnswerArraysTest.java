package dev.belvedere.api.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.api.http.Call;
import dev.belvedere.api.json.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswerArraysTest {

    private static final int BYTES = 100_000;

    private final AnswerArrays arrays = new AnswerArrays();
    private final List<Runnable> ends = new ArrayList<>();

    private JsonWriter writer(int bytes) {
        Call.Cancellation call = new Call.Cancellation() {
            @Override
            public void onCancel(Runnable action) {}

            @Override
            public void onEnd(Runnable action) {
                ends.add(action);
            }
        };
        return arrays.writer(call, bytes);
    }

    private void end() {
        ends.forEach(Runnable::run);
        ends.clear();
    }

    @Test
    void an_array_serves_another_answer_once_its_own_was_sent() {
        JsonWriter first = writer(BYTES);
        assertThat(writer(BYTES).array()).isNotSameAs(first.array());
        end();
        assertThat(writer(BYTES / 2).array()).isSameAs(first.array());
    }

    @Test
    void an_answer_that_reuses_an_array_shows_nothing_of_the_one_before() {
        writer(BYTES).value("the text of somebody else");
        end();
        assertThat(writer(BYTES).value("text")).hasToString("\"text\"");
    }

    @Test
    void what_an_answer_that_grew_was_written_into_is_kept() {
        JsonWriter grown = writer(BYTES);
        for (int i = 0; i < BYTES; i++) {
            grown.value(1);
        }
        end();
        assertThat(writer(2 * BYTES).array()).isSameAs(grown.array());
    }

    @Test
    void short_and_very_long_arrays_are_not_kept_nor_more_than_one() {
        writer(AnswerArrays.MIN_BYTES - 1);
        writer(AnswerArrays.MAX_BYTES + 1);
        end();
        assertThat(arrays.keptBytes()).isZero();
        for (int i = 0; i < 10; i++) {
            writer(BYTES);
        }
        end();
        assertThat(arrays.keptBytes()).isEqualTo(BYTES);
    }

    @Test
    void what_nobody_wanted_for_a_while_is_given_back() {
        writer(BYTES);
        end();
        arrays.giveBackUnused();
        assertThat(arrays.keptBytes()).isEqualTo(BYTES);
        arrays.giveBackUnused();
        assertThat(arrays.keptBytes()).isZero();
    }
}
