package dev.belvedere.platform.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LocalMountsTest {

    private final LocalMounts mounts = new LocalMounts();

    @Test
    void a_file_system_tells_what_the_jdk_tells_too() throws IOException {
        MountUsage usage = mounts.usage(Path.of("/"));
        FileStore store = Files.getFileStore(Path.of("/"));
        assertThat(usage.sizeBytes()).isEqualTo(store.getTotalSpace());
        assertThat(usage.availableBytes()).isBetween(0L, usage.freeBytes());
        assertThat(usage.freeBytes()).isLessThan(usage.sizeBytes());
        assertThat(usage.filesFree()).isBetween(0L, usage.files());
    }

    @Test
    void a_mount_that_is_not_there_is_an_error_and_the_others_go_on() throws IOException {
        assertThatThrownBy(() -> mounts.usage(Path.of("/no/such/mount")))
                .isInstanceOf(IOException.class)
                .hasMessage("statvfs failed");
        assertThat(mounts.usage(Path.of("/")).sizeBytes()).isPositive();
    }

    @Test
    void a_missing_library_and_a_missing_function_are_absent() {
        assertThat(NativeLibrary.open(List.of("libno-such-thing.so.9", "/no/such/lib.so")))
                .isEmpty();
        assertThat(NativeLibrary.standard().function("no_such_function")).isEmpty();
    }
}
