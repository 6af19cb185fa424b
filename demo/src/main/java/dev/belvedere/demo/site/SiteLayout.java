package dev.belvedere.demo.site;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/// Who runs where: nodes 1 to 3 train a language model, 4 and 5 fine-tune an image model, 6 and 7 serve chat, 8
/// makes images on half of its GPUs and idles on the others.
final class SiteLayout {

    static final int NODES = 8;

    private static final String LLAMA = "meta-llama/Llama-3.1-70B-Instruct";
    private static final String QWEN = "Qwen/Qwen2.5-7B-Instruct";

    final List<SimulatedNode> nodes = new ArrayList<>();
    final List<TrainingRun> runs = new ArrayList<>();
    final List<LlmReplica> replicas = new ArrayList<>();
    final List<DataPipeline> pipelines = new ArrayList<>();
    final DiffusionService diffusion;
    final ChatTraces traces;
    final NodeLogs nodeLogs;
    private final SplittableRandom random;

    SiteLayout(long seed, long startMillis) {
        random = new SplittableRandom(seed);
        for (int i = 1; i <= NODES; i++) {
            nodes.add(new SimulatedNode("gpu-node-" + i, startMillis, random.split()));
        }
        train();
        serve();
        long startNanos = TimeUnit.MILLISECONDS.toNanos(startMillis);
        diffusion = new DiffusionService(nodes.get(7), startNanos, random.split());
        prepareData(startMillis / 1000.0);
        traces = new ChatTraces(startNanos, random.split());
        nodeLogs = new NodeLogs(random.split());
    }

    /// Rank 13 is GPU 5 of the second node, rank 18 is GPU 2 of the third.
    private void train() {
        TrainingRun.Plan pretrain = new TrainingRun.Plan(
                "llama-8b-pretrain", "llama-8b", "foundation", 41_200, 120_000, 1.4, 4.19e6, 1.75, 13, 18, false);
        TrainingRun.Plan finetune =
                new TrainingRun.Plan("sdxl-finetune", "sdxl", "vision", 6_300, 20_000, 0.55, 2.6e5, 0.08, -1, -1, true);
        runs.add(new TrainingRun(pretrain, nodes.subList(0, 3), random.split()));
        runs.add(new TrainingRun(finetune, nodes.subList(3, 5), random.split()));
    }

    private void serve() {
        List<LlmReplica.Plan> plans = List.of(
                new LlmReplica.Plan("vllm-llama-0", LLAMA, "gpu-node-6", 0, 4, 32, 34, 1.6, true),
                new LlmReplica.Plan("vllm-llama-1", LLAMA, "gpu-node-6", 4, 4, 32, 34, 1.6, true),
                new LlmReplica.Plan("vllm-llama-2", LLAMA, "gpu-node-7", 0, 4, 32, 34, 1.6, true),
                new LlmReplica.Plan("vllm-qwen-0", QWEN, "gpu-node-7", 4, 1, 64, 90, 6, false));
        plans.forEach(plan -> replicas.add(new LlmReplica(plan, random.split())));
    }

    private void prepareData(double startSeconds) {
        List<DataPipeline.Plan> plans = List.of(
                new DataPipeline.Plan("web-crawl-tokenize", "corpus.web_tokens", "foundation", 150, 220_000, 0.05),
                new DataPipeline.Plan("image-captions", "vision.captions", "vision", 110, 3_500, 0.2),
                new DataPipeline.Plan("feature-refresh", "assistants.user_features", "assistants", 60, 48_000, 0.03));
        plans.forEach(plan -> pipelines.add(new DataPipeline(plan, startSeconds, random.split())));
    }

    SimulatedNode node(String name) {
        return nodes.stream()
                .filter(node -> node.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /// Who pays for a node.
    static String team(int nodeIndex) {
        return switch (nodeIndex) {
            case 0, 1, 2 -> "foundation";
            case 5, 6 -> "assistants";
            default -> "vision";
        };
    }
}
