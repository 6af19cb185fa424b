import { describe, expect, it } from 'vitest';
import { formatNanos, formatValue, guessUnit } from './units';

describe('values', () => {
  it('carry three significant digits and their unit', () => {
    expect(formatValue(1234567)).toBe('1.23M');
    expect(formatValue(42)).toBe('42');
    expect(formatValue(0.1234)).toBe('0.123');
    expect(formatValue(1536, 'bytes')).toBe('1.5 KiB');
    expect(formatValue(0.0042, 'seconds')).toBe('4.2 ms');
    expect(formatValue(5400, 'seconds')).toBe('1h 30m');
    expect(formatValue(0.875, 'ratio')).toBe('87.5%');
    expect(formatValue(25600, 'watts')).toBe('25.6 kW');
    expect(formatValue(1234.5, 'usd')).toBe('$1235');
    expect(formatValue(12345.6, 'usd')).toBe('$12.3k');
    expect(formatValue(NaN)).toBe('NaN');
    expect(formatNanos(1_500_000)).toBe('1.5 ms');
  });

  it('get the unit that the query suggests', () => {
    expect(guessUnit('node_memory_MemFree_bytes')).toBe('bytes');
    expect(guessUnit('rate(node_network_receive_bytes_total[5m])')).toBe('bytes/s');
    expect(guessUnit('histogram_quantile(0.9, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))')).toBe('seconds');
    expect(guessUnit('rate(http_requests_total[1m])')).toBe('per second');
    expect(guessUnit('DCGM_FI_DEV_GPU_TEMP')).toBe('celsius');
    expect(guessUnit('node_filesystem_avail_bytes / node_filesystem_size_bytes')).toBe('number');
    expect(guessUnit('up{job="a/b"}')).toBe('number');
  });
});
