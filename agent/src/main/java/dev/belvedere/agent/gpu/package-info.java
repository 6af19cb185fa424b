/// NVIDIA GPUs asked through NVML, told under dcgm-exporter's names.
@NullMarked
package dev.belvedere.agent.gpu;

import org.jspecify.annotations.NullMarked;
