package dev.belvedere.api.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PoolTest {

    private final AtomicInteger made = new AtomicInteger();
    private final Pool<Integer> pool = new Pool<>(1, made::incrementAndGet);

    private int lend() {
        return pool.with(lent -> lent);
    }

    @Test
    void what_came_back_is_lent_again_unless_its_work_failed() {
        lend();
        assertThat(lend()).isEqualTo(1);
        assertThatThrownBy(() -> pool.with(lent -> {
                    throw new IllegalStateException("broken");
                }))
                .hasMessage("broken");
        assertThat(lend()).isEqualTo(2);
    }

    @Test
    void two_at_once_get_two_and_one_of_them_is_kept() {
        int both = pool.with(first -> pool.with(second -> first + second));
        assertThat(both).isEqualTo(3);
        assertThat(pool.idleCount()).isEqualTo(1);
    }

    @Test
    void what_nobody_wanted_for_a_while_is_given_back() {
        lend();
        pool.giveBackUnused();
        assertThat(pool.idleCount()).isEqualTo(1);
        pool.giveBackUnused();
        assertThat(pool.idleCount()).isZero();
    }
}
