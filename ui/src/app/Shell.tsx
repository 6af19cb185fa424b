import { ActionIcon, Kbd, Modal, Tooltip, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { IconKeyboard, IconLayoutSidebarLeftCollapse, IconMoon, IconSun } from '@tabler/icons-react';
import { useLocalStorage } from '@mantine/hooks';
import { Suspense, useEffect, useState } from 'react';
import { useFiring } from '@/alerts/useFiring';
import { Loading, Empty } from '@/view/States';
import { useTimeWindow } from '@/time/TimeContext';
import { Link } from '@/url/Link';
import { usePlace } from '@/url/location';
import { Crash } from './Crash';
import { PAGES, pageOf } from './pages';
import { SHORTCUTS, useShortcuts } from './shortcuts';
import { TimePicker } from './TimePicker';
import './shell.css';

export function Shell() {
  const { path } = usePlace();
  const page = pageOf(path);
  const time = useTimeWindow();
  const scheme = useComputedColorScheme('dark');
  const { setColorScheme } = useMantineColorScheme();
  const [help, setHelp] = useState(false);
  const [picking, setPicking] = useState(false);
  const [narrow, setNarrow] = useLocalStorage({ key: 'belvedere.nav.narrow', defaultValue: false });
  const toggleTheme = () => setColorScheme(scheme === 'dark' ? 'light' : 'dark');
  useShortcuts({
    toggleHelp: () => setHelp((shown) => !shown),
    toggleTheme,
    refresh: time.refreshNow,
    openTime: () => setPicking(true),
  });
  useEffect(() => {
    document.title = page && page.path !== '/' ? `${page.title} · Belvedere` : 'Belvedere';
  }, [page]);

  return (
    <div className={narrow ? 'shell narrow' : 'shell'}>
      <a className="skip" href="#content">
        Skip to content
      </a>
      <Navigation current={page?.path ?? ''} />
      <div className="main">
        <header className="topbar">
          <Tooltip label={narrow ? 'Widen navigation' : 'Narrow navigation'}>
            <ActionIcon aria-label="Toggle navigation width" onClick={() => setNarrow(!narrow)}>
              <IconLayoutSidebarLeftCollapse size={17} stroke={1.6} />
            </ActionIcon>
          </Tooltip>
          <h1>{page?.title ?? 'Not found'}</h1>
          <div id="page-actions" className="grow" />
          <TimePicker opened={picking} onOpen={setPicking} />
          <Tooltip label={scheme === 'dark' ? 'Light (d)' : 'Dark (d)'}>
            <ActionIcon aria-label={`Switch to ${scheme === 'dark' ? 'light' : 'dark'} colours`} onClick={toggleTheme}>
              {scheme === 'dark' ? <IconSun size={17} stroke={1.6} /> : <IconMoon size={17} stroke={1.6} />}
            </ActionIcon>
          </Tooltip>
          <Tooltip label="Keyboard (?)">
            <ActionIcon aria-label="Keyboard shortcuts" onClick={() => setHelp(true)}>
              <IconKeyboard size={17} stroke={1.6} />
            </ActionIcon>
          </Tooltip>
        </header>
        <main id="content" tabIndex={-1}>
          <Crash key={path}>
            <Suspense fallback={<Loading label="Loading page" />}>
              {page ? (
                <page.view />
              ) : (
                <Empty title="There is nothing at this address">
                  <Link to="/">Go to the overview</Link>
                </Empty>
              )}
            </Suspense>
          </Crash>
        </main>
      </div>
      <Modal opened={help} onClose={() => setHelp(false)} title="Keyboard" size="md">
        <table className="grid">
          <tbody>
            {SHORTCUTS.map(({ keys, does }) => (
              <tr key={does}>
                <td style={{ width: 120, whiteSpace: 'nowrap' }}>
                  {keys.map((key) => (
                    <Kbd key={key} size="xs" mr={4}>
                      {key}
                    </Kbd>
                  ))}
                </td>
                <td>{does}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Modal>
    </div>
  );
}

function Navigation({ current }: { readonly current: string }) {
  const groups = [...new Set(PAGES.map(({ group }) => group))];
  const firing = useFiring().data?.filter(({ state }) => state === 'firing').length ?? 0;
  return (
    <nav className="nav" aria-label="Pages">
      <Link to="/" className="brand" aria-label="Belvedere, overview">
        <img src="/favicon.svg" alt="" width={22} height={22} />
        <span>Belvedere</span>
      </Link>
      {groups.map((group) => (
        <div key={group} className="nav-group" role="group" aria-label={group}>
          <div className="nav-title" aria-hidden>
            {group}
          </div>
          {PAGES.filter((page) => page.group === group).map((page) => (
            <Link
              key={page.path}
              to={page.path}
              className="nav-link"
              title={`${page.title} (g ${page.key})`}
              aria-label={page.path === '/alerts' && firing > 0 ? `${page.title}, ${firing} firing` : page.title}
              aria-current={current === page.path ? 'page' : undefined}
            >
              <page.icon size={17} stroke={1.6} />
              <span>{page.title}</span>
              {page.path === '/alerts' && firing > 0 && <b className="nav-count num">{firing}</b>}
            </Link>
          ))}
        </div>
      ))}
    </nav>
  );
}
