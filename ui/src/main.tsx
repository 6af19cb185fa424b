import '@mantine/core/styles.css';
import { MantineProvider, Title } from '@mantine/core';
import { createRoot } from 'react-dom/client';

const root = document.getElementById('root');
if (!root) {
  throw new Error('index.html has no #root');
}
createRoot(root).render(
  <MantineProvider defaultColorScheme="dark">
    <Title>Belvedere</Title>
  </MantineProvider>,
);
