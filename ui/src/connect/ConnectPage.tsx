import { Button, CopyButton } from '@mantine/core';
import { useEffect } from 'react';
import { usePlace } from '@/url/location';
import { Panel } from '@/view/Panel';
import { sources } from './sources';

/** How each kind of source is pointed at this server; the snippets carry its own address. */
export function ConnectPage() {
  const { query } = usePlace();
  const wanted = query.get('source') ?? '';
  useEffect(() => document.getElementById(`source-${wanted}`)?.scrollIntoView({ block: 'start' }), [wanted]);
  return (
    <div className="stack" style={{ maxWidth: 920 }}>
      {sources(window.location).map(({ id, title, says, snippet, page }) => (
        <div key={id} id={`source-${id}`}>
          <Panel
            title={title}
            actions={
              <CopyButton value={snippet}>
                {({ copied, copy }) => (
                  <Button size="compact-xs" variant="default" onClick={copy} aria-label={`Copy the snippet for ${title}`}>
                    {copied ? 'Copied' : 'Copy'}
                  </Button>
                )}
              </CopyButton>
            }
          >
            <p style={{ margin: '0 0 8px', lineHeight: 1.5 }}>
              {says} <span className="dim">More: {page}</span>
            </p>
            <pre className="mono snippet" tabIndex={0}>
              {snippet}
            </pre>
          </Panel>
        </div>
      ))}
    </div>
  );
}
