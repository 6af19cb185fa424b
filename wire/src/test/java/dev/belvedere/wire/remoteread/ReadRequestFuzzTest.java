package dev.belvedere.wire.remoteread;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.belvedere.model.labels.InvalidRegexException;
import dev.belvedere.testkit.fuzz.ParserBudget;
import dev.belvedere.wire.WireFormatException;
import dev.belvedere.wire.protobuf.ProtoMessage;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// Arbitrary bytes as requests of remote read: they are decoded or refused as such.
class ReadRequestFuzzTest {

    private static final ParserBudget BUDGET = ParserBudget.of(16 << 20, 20_000);

    static Stream<byte[]> requests() {
        ProtoMessage name = new ProtoMessage().int64(1, 0).string(2, "__name__").string(3, "up");
        ProtoMessage regex = new ProtoMessage().int64(1, 2).string(2, "job").string(3, "a|b.*");
        ProtoMessage query = new ProtoMessage()
                .int64(1, 1000)
                .int64(2, 2000)
                .message(3, name)
                .message(3, regex);
        return Stream.of(new ProtoMessage().message(1, query).packed(2, 1, 0).toByteArray());
    }

    @MethodSource("requests")
    @FuzzTest
    void request(byte[] bytes) {
        try {
            BUDGET.run(bytes.length, () -> ReadRequest.decode(bytes, bytes.length));
        } catch (WireFormatException | InvalidRegexException e) {
            assertThat(e.getMessage()).isNotEmpty();
            return;
        }
        assertThat(ReadRequest.decode(bytes, bytes.length)).isEqualTo(ReadRequest.decode(bytes, bytes.length));
    }
}
