const QUERIES = [
  ['promql', 'sum by (cluster, model) (rate(vllm:request_success_total[5m]))', 41.2, 9.8, 88_400_000, 21_600, 15, null, '10.0.4.17 POST /api/v1/query_range'],
  ['promql', 'histogram_quantile(0.99, sum by (le, pod) (rate(vllm:time_to_first_token_seconds_bucket[5m])))', 7.3, 3.1, 9_310_000, 86_400, 60, 'turn', '10.0.4.17 POST /api/v1/query_range'],
  ['logql', '{service_name="gateway"} |= "CUDA out of memory"', 2.4, 2.2, 0, 3_600, 0, null, '10.0.9.2 GET /loki/api/v1/query_range'],
  ['promql', 'max_over_time(node_load1[1d])', 0.4, 0, 0, 0, 0, 'place', 'rules /etc/belvedere/rules.yml;capacity'],
];

/** What is active on one stand-in; a query that was ended does not come again. */
export function activeQueries() {
  const ended = new Set();
  return {
    list: (now) => {
      const left = QUERIES.map((one, i) => [i + 1, one]).filter(([id]) => !ended.has(id));
      return {
        queries: left.map(([id, [language, query, elapsedSeconds, computeSeconds, samplesRead, span, stepSeconds, waitsFor, caller]]) => ({
          id, language, query, state: waitsFor === 'place' ? 'waiting' : 'running', waitsFor,
          since: new Date(now - 1000 * elapsedSeconds).toISOString(), elapsedSeconds, computeSeconds, samplesRead,
          peakSamples: Math.round(samplesRead / 40), bytesRead: language === 'logql' ? 734_003_200 : 0, caller,
          start: Math.floor(now / 1000) - span, end: Math.floor(now / 1000), stepSeconds,
        })),
        running: left.filter(([, one]) => one[7] !== 'place').length, waiting: left.filter(([, one]) => one[7] === 'place').length,
        maxConcurrent: 20, maxQueued: 200,
      };
    },
    end: (id) => QUERIES[id - 1] !== undefined && !ended.has(id) && ended.add(id) !== undefined,
  };
}

const by = { total: 'totalSeconds', worst: 'worstSeconds', compute: 'computeSeconds', count: 'count', samples: 'samplesRead', bytes: 'bytesRead' };

/** What each of some texts has cost. */
export function topQueries(p, now) {
  const totals = QUERIES.map(([language, query, , , samplesRead], i) => ({
    language, query, isCut: false, count: [12, 480, 31, 9_200][i], failures: [3, 0, 0, 0][i],
    totalSeconds: [498, 1_204, 77, 210][i], worstSeconds: [120, 7.9, 4.2, 0.4][i], computeSeconds: [411, 655, 70.4, 188][i],
    samplesRead: 11 * samplesRead, bytesRead: language === 'logql' ? 9_734_003_200 : 0, steps: [17_280, 691_200, 0, 9_200][i],
    stepsKept: [0, 655_000, 0, 0][i], last: new Date(now - [41, 2, 600, 15][i] * 1000).toISOString(),
  }));
  const key = by[p.get('by')];
  return { queries: totals.sort((a, b) => b[key] - a[key]) };
}
