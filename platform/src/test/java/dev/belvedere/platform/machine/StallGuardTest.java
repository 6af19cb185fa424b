package dev.belvedere.platform.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belvedere.model.OperationException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

final class StallGuardTest {

    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofMinutes(1);

    private final StallGuard guard = new StallGuard("driver");

    private static String await(CountDownLatch latch) {
        try {
            latch.await();
            return "late";
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void a_call_that_returns_gives_its_answer() {
        assertThat(guard.call(() -> 42, LONG)).isEqualTo(42);
    }

    @Test
    void a_call_that_fails_fails_the_caller() {
        assertThatThrownBy(() -> guard.call(
                        () -> {
                            throw new IllegalArgumentException("no such device");
                        },
                        LONG))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no such device");
    }

    @Test
    void a_call_that_hangs_is_given_up_and_refuses_the_next_until_it_returns() {
        CountDownLatch release = new CountDownLatch(1);
        assertThatThrownBy(() -> guard.call(() -> await(release), SHORT))
                .isInstanceOfSatisfying(
                        OperationException.class, e -> assertThat(e.code()).isEqualTo(StallGuard.STALLED))
                .hasMessageContaining("driver: no answer within 20 ms");
        assertThatThrownBy(() -> guard.call(() -> 1, LONG))
                .hasMessageContaining("an earlier call has still not returned");
        release.countDown();
        int answer = 0;
        while (answer == 0) {
            try {
                answer = guard.call(() -> 2, LONG);
            } catch (OperationException e) {
                Thread.onSpinWait();
            }
        }
        assertThat(answer).isEqualTo(2);
    }
}
