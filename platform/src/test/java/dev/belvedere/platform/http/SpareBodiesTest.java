package dev.belvedere.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SpareBodiesTest {

    private final SpareBodies spares = new SpareBodies();

    @Test
    void answers_that_come_one_after_the_other_lie_in_one_array_however_many_are_on_their_way() throws IOException {
        AnswerReader first = begun();
        AnswerReader second = begun();
        first.feed(answer("once"));
        byte[] room = first.body();
        first.releaseBody();
        second.feed(answer("more"));
        assertThat(second.body()).isSameAs(room);
        assertThat(new String(room, 0, second.bodyLength(), StandardCharsets.US_ASCII))
                .isEqualTo("more");
    }

    @Test
    void answers_that_come_at_the_same_time_have_an_array_each() throws IOException {
        AnswerReader first = begun();
        AnswerReader second = begun();
        first.feed(answer("once"));
        second.feed(answer("more"));
        assertThat(second.body()).isNotSameAs(first.body());
        assertThat(new String(first.body(), 0, first.bodyLength(), StandardCharsets.US_ASCII))
                .isEqualTo("once");
    }

    private AnswerReader begun() {
        AnswerReader reader = new AnswerReader(spares);
        reader.begin(OutboundRequest.get(URI.create("http://here/"), Duration.ofSeconds(1), 1000));
        return reader;
    }

    private static ByteBuffer answer(String body) {
        String text = "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }
}
