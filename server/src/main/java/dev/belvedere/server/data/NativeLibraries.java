package dev.belvedere.server.data;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.platform.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Where the libraries for Snappy and Zstandard unpack their native code before they load it. They remove it once it is
/// loaded or when the process ends in order; what a killed one left is removed here, so the place has to be one that no
/// other process uses.
final class NativeLibraries implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(NativeLibraries.class.getName());

    /// System properties by which the libraries can be told. Whoever gives one of them on the command line is obeyed.
    private static final List<String> PLACES = List.of("org.xerial.snappy.tempdir", "ZstdTempFolder");

    private final List<String> told = new ArrayList<>();

    private NativeLibraries() {}

    /// Empties the place and has what is not loaded yet unpacked there, until this is closed.
    ///
    /// @param place made where it is missing
    /// @throws OperationException `io_error` if it cannot be made
    static NativeLibraries at(Disk disk, Path place) {
        try {
            disk.createDirectories(place);
            for (Path left : disk.list(place)) {
                remove(disk, left);
            }
        } catch (IOException e) {
            throw new OperationException("io_error", Fault.DEPENDENCY, "could not make " + place + ": " + e, e);
        }
        NativeLibraries libraries = new NativeLibraries();
        for (String property : PLACES) {
            if (System.getProperty(property) == null) {
                System.setProperty(property, place.toString());
                libraries.told.add(property);
            }
        }
        return libraries;
    }

    private static void remove(Disk disk, Path left) {
        try {
            disk.delete(left);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "could not remove " + left + ", which only takes room: " + e);
        }
    }

    @Override
    public void close() {
        told.forEach(System::clearProperty);
    }
}
