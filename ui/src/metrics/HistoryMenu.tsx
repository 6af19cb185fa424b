import { Button, Menu } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useState } from 'react';
import { history } from './history';

export function HistoryMenu({ onChoose }: { readonly onChoose: (query: string) => void }) {
  const [queries, setQueries] = useState<string[]>([]);
  return (
    <Menu position="bottom-start" width={520} onOpen={() => setQueries(history())}>
      <Menu.Target>
        <Button variant="subtle" color="gray" leftSection={<IconHistory size={14} />}>
          History
        </Button>
      </Menu.Target>
      <Menu.Dropdown style={{ maxHeight: 320, overflow: 'auto' }}>
        {queries.length === 0 && <Menu.Label>No query has been run in this browser yet</Menu.Label>}
        {queries.map((query) => (
          <Menu.Item key={query} onClick={() => onChoose(query)}>
            <span className="mono" style={{ overflowWrap: 'anywhere' }}>
              {query}
            </span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
