package dev.belvedere.agent.gpu;

import dev.belvedere.model.labels.Labels;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// One GPU of this machine and what identifies it.
///
/// @param handle NVML's
/// @param index NVML's ordinal, from 0; not the same as the minor number
/// @param device `nvidia3`: the name below /dev
record Gpu(MemorySegment handle, int index, String uuid, String pciBusId, String device, String modelName) {

    private static final int TEXT_BYTES = 96;

    /// `nvmlPciInfo_t` as of `_v3`: 68 bytes, the bus id as text of 32 at 36.
    private static final long PCI_BYTES = 68;

    private static final long PCI_BUS_ID = 36;
    private static final long PCI_BUS_ID_BYTES = 32;

    static Gpu read(DeviceCalls calls, int index) {
        String busId = calls.struct(NvmlFunction.PCI_INFO, PCI_BYTES, 0)
                .map(pci -> text(pci.asSlice(PCI_BUS_ID, PCI_BUS_ID_BYTES)))
                .orElse("");
        long minor = calls.uint(NvmlFunction.MINOR_NUMBER).orElse(index);
        return new Gpu(
                calls.device(),
                index,
                text(calls, NvmlFunction.UUID).orElse(""),
                busId,
                "nvidia" + minor,
                text(calls, NvmlFunction.NAME).orElse(""));
    }

    private static Optional<String> text(DeviceCalls calls, NvmlFunction function) {
        MemorySegment buffer = calls.arena().allocate(TEXT_BYTES);
        return DeviceCalls.isSuccess(calls.nvml().call(function, calls.device(), buffer, TEXT_BYTES))
                ? Optional.of(text(buffer))
                : Optional.empty();
    }

    /// Up to the first NUL, or all of it.
    static String text(MemorySegment buffer) {
        byte[] bytes = buffer.toArray(ValueLayout.JAVA_BYTE);
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    /// The labels that dcgm-exporter puts on every series of a GPU.
    Labels labels(Labels host) {
        Labels.Builder builder = host.toBuilder()
                .set("gpu", Integer.toString(index))
                .set("UUID", uuid)
                .set("pci_bus_id", pciBusId)
                .set("device", device)
                .set("modelName", modelName);
        return builder.build();
    }
}
