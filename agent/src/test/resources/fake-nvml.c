// A libnvidia-ml.so.1 with two GPUs, for tests. Written from NVML's documented interface.
//
// GPU 0 is a Hopper: everything works. GPU 1 is older: some questions are not supported, and there is no GPM.
// nvmlDeviceGetDecoderUtilization is left out on purpose: a symbol that an old driver lacks.
#include <string.h>
#include <unistd.h>

typedef int ret;
enum { OK = 0, INVALID = 2, NOT_SUPPORTED = 3, INSUFFICIENT_SIZE = 7, TIMEOUT = 10, LOST = 15 };

struct device { int index; };
static struct device devices[2] = {{0}, {1}};
static volatile int lost[2], hanging[2];
static volatile unsigned long long pending_xid[2];
static volatile int registered[2];
static unsigned long long gpm_reading;

// What the tests steer.
int fake_lose(int index) { lost[index] = 1; return 0; }
int fake_hang(int index, int is_hanging) { hanging[index] = is_hanging; return 0; }
int fake_xid(int index, int xid) { pending_xid[index] = xid; return 0; }
int fake_reset(int unused) { memset((void *)lost, 0, sizeof lost); memset((void *)hanging, 0, sizeof hanging); return 0; }

static ret check(struct device *d) {
  while (hanging[d->index]) usleep(1000);
  return lost[d->index] ? LOST : OK;
}
#define CHECK(d) do { ret r = check(d); if (r) return r; } while (0)
#define OLD_LACKS(d) do { if ((d)->index == 1) return NOT_SUPPORTED; } while (0)

ret nvmlInit_v2(void) { return OK; }
ret nvmlSystemGetDriverVersion(char *v, unsigned n) { strncpy(v, "550.90.07", n); return OK; }
ret nvmlDeviceGetCount_v2(unsigned *n) { *n = 2; return OK; }
ret nvmlDeviceGetHandleByIndex_v2(unsigned i, struct device **d) { if (i > 1) return INVALID; *d = &devices[i]; return OK; }
ret nvmlDeviceGetName(struct device *d, char *s, unsigned n) {
  CHECK(d); strncpy(s, d->index ? "NVIDIA A100-SXM4-80GB" : "NVIDIA H100 80GB HBM3", n); return OK; }
ret nvmlDeviceGetUUID(struct device *d, char *s, unsigned n) {
  CHECK(d); strncpy(s, d->index ? "GPU-bbbb" : "GPU-aaaa", n); return OK; }
ret nvmlDeviceGetMinorNumber(struct device *d, unsigned *n) { CHECK(d); *n = d->index + 4; return OK; }
struct pci { char legacy[16]; unsigned domain, bus, device, id, subsystem; char bus_id[32]; };
ret nvmlDeviceGetPciInfo_v3(struct device *d, struct pci *p) {
  CHECK(d); memset(p, 0, sizeof *p); strcpy(p->bus_id, d->index ? "00000000:8A:00.0" : "00000000:07:00.0"); return OK; }

ret nvmlDeviceGetClockInfo(struct device *d, int type, unsigned *v) { CHECK(d); *v = type == 1 ? 1980 : 2619; return OK; }
ret nvmlDeviceGetTemperature(struct device *d, int sensor, unsigned *v) { CHECK(d); *v = 61 + d->index; return OK; }
ret nvmlDeviceGetPowerUsage(struct device *d, unsigned *v) { CHECK(d); *v = 612500; return OK; }
ret nvmlDeviceGetEnforcedPowerLimit(struct device *d, unsigned *v) { CHECK(d); *v = 700000; return OK; }
ret nvmlDeviceGetTotalEnergyConsumption(struct device *d, unsigned long long *v) { CHECK(d); OLD_LACKS(d); *v = 5000000000000ULL; return OK; }
struct utilization { unsigned gpu, memory; };
ret nvmlDeviceGetUtilizationRates(struct device *d, struct utilization *u) { CHECK(d); u->gpu = 97; u->memory = 41; return OK; }
ret nvmlDeviceGetEncoderUtilization(struct device *d, unsigned *v, unsigned *p) { CHECK(d); OLD_LACKS(d); *v = 3; *p = 167000; return OK; }
struct memory { unsigned version; unsigned long long total, reserved, free, used; };
ret nvmlDeviceGetMemoryInfo_v2(struct device *d, struct memory *m) {
  CHECK(d); if (m->version != (sizeof *m | 2 << 24)) return 25;
  m->total = 81559ULL << 20; m->reserved = 551ULL << 20; m->free = 1008ULL << 20; m->used = 80000ULL << 20; return OK; }
ret nvmlDeviceGetPcieReplayCounter(struct device *d, unsigned *v) { CHECK(d); *v = 4000000000u; return OK; }
ret nvmlDeviceGetPcieThroughput(struct device *d, int which, unsigned *v) { CHECK(d); *v = which ? 2000 : 1000; return OK; }
ret nvmlDeviceGetCurrentClocksThrottleReasons(struct device *d, unsigned long long *v) { CHECK(d); *v = 0x44; return OK; }
ret nvmlDeviceGetTotalEccErrors(struct device *d, int type, int counter, unsigned long long *v) {
  CHECK(d); OLD_LACKS(d); *v = type * 10 + counter; return OK; }
ret nvmlDeviceGetRemappedRows(struct device *d, unsigned *c, unsigned *u, unsigned *pending, unsigned *failed) {
  CHECK(d); OLD_LACKS(d); *c = 2; *u = 1; *pending = 1; *failed = 0; return OK; }

struct field { unsigned id, scope; long long timestamp, latency; int type, code; union { double d; unsigned u; unsigned long long l; } value; };
ret nvmlDeviceGetFieldValues(struct device *d, int n, struct field *f) {
  CHECK(d);
  if (sizeof *f != 40) return INVALID;
  for (int i = 0; i < n; i++) {
    f[i].code = OK;
    switch (f[i].id) {
      case 82: f[i].type = 1; f[i].value.u = 70; break;
      case 74: f[i].type = 3; f[i].value.l = 123456789; break;
      case 138: case 139:
        f[i].type = 3; f[i].value.l = f[i].scope == 0xFFFFFFFFu ? 1000 * (f[i].id - 137) : 1; break;
      default: f[i].code = NOT_SUPPORTED;
    }
    if (d->index == 1 && f[i].id == 82) f[i].code = NOT_SUPPORTED;
  }
  return OK;
}
struct process { unsigned pid; unsigned long long used; unsigned gpu_instance, compute_instance; };
ret nvmlDeviceGetComputeRunningProcesses_v3(struct device *d, unsigned *n, struct process *p) {
  CHECK(d);
  if (d->index == 1) { *n = 0; return OK; }
  if (*n < 2) { *n = 2; return INSUFFICIENT_SIZE; }
  p[0] = (struct process){4242, 7ULL << 30, 0xFFFFFFFFu, 0xFFFFFFFFu};
  p[1] = (struct process){4243, ~0ULL, 0xFFFFFFFFu, 0xFFFFFFFFu};
  *n = 2; return OK;
}

struct support { unsigned version, is_supported; };
ret nvmlGpmQueryDeviceSupport(struct device *d, struct support *s) { CHECK(d); s->is_supported = d->index == 0; return s->version == 1 ? OK : 25; }
ret nvmlGpmSampleAlloc(unsigned long long **s) { static unsigned long long pool[16]; static int n; *s = &pool[n++ % 16]; return OK; }
ret nvmlGpmSampleGet(struct device *d, unsigned long long *s) { CHECK(d); *s = ++gpm_reading; return OK; }
struct metric { unsigned id; int code; double value; void *info[3]; };
struct metrics { unsigned version, n; unsigned long long *earlier, *later; struct metric m[333]; };
ret nvmlGpmMetricsGet(struct metrics *g) {
  if (g->version != 1 || *g->later != *g->earlier + 1) return INVALID;
  for (unsigned i = 0; i < g->n; i++) {
    g->m[i].code = g->m[i].id == 11 ? NOT_SUPPORTED : OK;
    g->m[i].value = g->m[i].id < 20 ? 50.0 + g->m[i].id : 3.0;
  }
  return OK;
}

struct event { struct device *device; unsigned long long type, data; unsigned gpu_instance, compute_instance; };
ret nvmlEventSetCreate(void **s) { *s = (void *)registered; return OK; }
ret nvmlDeviceGetSupportedEventTypes(struct device *d, unsigned long long *t) { *t = 0x1f; return OK; }
ret nvmlDeviceRegisterEvents(struct device *d, unsigned long long t, void *s) {
  if (t != 8 || s != (void *)registered) return INVALID; registered[d->index] = 1; return OK; }
ret nvmlEventSetWait_v2(void *s, struct event *e, unsigned timeout_ms) {
  for (unsigned waited = 0; waited < timeout_ms; waited++) {
    for (int i = 0; i < 2; i++)
      if (registered[i] && pending_xid[i]) {
        *e = (struct event){&devices[i], 8, pending_xid[i], 0xFFFFFFFFu, 0xFFFFFFFFu};
        pending_xid[i] = 0;
        return OK;
      }
    usleep(1000);
  }
  return TIMEOUT;
}
