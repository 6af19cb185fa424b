import { Component, type ReactNode } from 'react';
import { Failure } from '@/view/States';

/** A bug in one page must not take the navigation with it. */
export class Crash extends Component<{ readonly children: ReactNode }, { readonly error: Error | undefined }> {
  override state: { readonly error: Error | undefined } = { error: undefined };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (!error) {
      return this.props.children;
    }
    return <Failure error={error} what="This page broke" onRetry={() => this.setState({ error: undefined })} />;
  }
}
