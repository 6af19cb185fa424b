import {
  IconActivity,
  IconBell,
  IconChartHistogram,
  IconFileText,
  IconHourglass,
  IconLayoutDashboard,
  IconPlugConnected,
  IconRouteAltLeft,
  IconServer2,
  IconStack2,
  IconTargetArrow,
} from '@tabler/icons-react';
import { lazy, type ComponentType, type LazyExoticComponent } from 'react';

export interface Page {
  readonly path: string;
  readonly title: string;
  /** Pressed after `g`. */
  readonly key: string;
  readonly icon: ComponentType<{ size?: number; stroke?: number }>;
  readonly group: 'Platform' | 'Explore' | 'Operate';
  readonly view: LazyExoticComponent<ComponentType>;
}

/** Every page of the screen, in the order of the navigation. */
export const PAGES: readonly Page[] = [
  {
    path: '/',
    title: 'Overview',
    key: 'o',
    icon: IconLayoutDashboard,
    group: 'Platform',
    view: lazy(async () => ({ default: (await import('@/overview/OverviewPage')).OverviewPage })),
  },
  {
    path: '/hosts',
    title: 'Hosts',
    key: 'h',
    icon: IconServer2,
    group: 'Platform',
    view: lazy(async () => ({ default: (await import('@/hosts/HostsPage')).HostsPage })),
  },
  {
    path: '/explore/metrics',
    title: 'Metrics',
    key: 'm',
    icon: IconChartHistogram,
    group: 'Explore',
    view: lazy(async () => ({ default: (await import('@/metrics/MetricsPage')).MetricsPage })),
  },
  {
    path: '/explore/logs',
    title: 'Logs',
    key: 'l',
    icon: IconFileText,
    group: 'Explore',
    view: lazy(async () => ({ default: (await import('@/logs/LogsPage')).LogsPage })),
  },
  {
    path: '/traces',
    title: 'Traces',
    key: 't',
    icon: IconRouteAltLeft,
    group: 'Explore',
    view: lazy(async () => ({ default: (await import('@/traces/TracesPage')).TracesPage })),
  },
  {
    path: '/alerts',
    title: 'Alerts',
    key: 'a',
    icon: IconBell,
    group: 'Operate',
    view: lazy(async () => ({ default: (await import('@/alerts/AlertsPage')).AlertsPage })),
  },
  {
    path: '/targets',
    title: 'Targets',
    key: 'r',
    icon: IconTargetArrow,
    group: 'Operate',
    view: lazy(async () => ({ default: (await import('@/targets/TargetsPage')).TargetsPage })),
  },
  {
    path: '/cardinality',
    title: 'Cardinality',
    key: 'n',
    icon: IconStack2,
    group: 'Operate',
    view: lazy(async () => ({ default: (await import('@/cardinality/CardinalityPage')).CardinalityPage })),
  },
  {
    path: '/queries',
    title: 'Queries',
    key: 'q',
    icon: IconHourglass,
    group: 'Operate',
    view: lazy(async () => ({ default: (await import('@/queries/QueriesPage')).QueriesPage })),
  },
  {
    path: '/status',
    title: 'Status',
    key: 's',
    icon: IconActivity,
    group: 'Operate',
    view: lazy(async () => ({ default: (await import('@/status/StatusPage')).StatusPage })),
  },
  {
    path: '/connect',
    title: 'Connect',
    key: 'c',
    icon: IconPlugConnected,
    group: 'Operate',
    view: lazy(async () => ({ default: (await import('@/connect/ConnectPage')).ConnectPage })),
  },
];

/** The page of an address: the longest path that it starts with. */
export function pageOf(path: string): Page | undefined {
  const matches = PAGES.filter((page) => path === page.path || (page.path !== '/' && path.startsWith(`${page.path}/`)));
  return matches.sort((a, b) => b.path.length - a.path.length)[0];
}
