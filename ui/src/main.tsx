import '@mantine/core/styles.css';
import './app/tokens.css';
import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { ApiFailure } from './api/http';
import { Shell } from './app/Shell';
import { theme } from './app/theme';
import { TimeProvider } from './time/TimeContext';

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // A refused query stays refused; only a server that is away is worth asking again.
      retry: (count, error) => count < 1 && error instanceof ApiFailure && error.status === 0,
      refetchOnWindowFocus: false,
      staleTime: 10_000,
      gcTime: 120_000,
    },
  },
});

const root = document.getElementById('root');
if (!root) {
  throw new Error('index.html has no #root');
}
createRoot(root).render(
  <MantineProvider theme={theme} defaultColorScheme="auto">
    <QueryClientProvider client={queries}>
      <TimeProvider>
        <Shell />
      </TimeProvider>
    </QueryClientProvider>
  </MantineProvider>,
);
